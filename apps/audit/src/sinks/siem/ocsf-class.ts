/** What a class adds to the base event: its uid, its activity and its own attributes. */
export interface OcsfClass {
  category_uid: number;
  category_name: string;
  class_uid: number;
  class_name: string;
  activity_id: number;
  activity_name: string;
  attributes: Record<string, unknown>;
}
