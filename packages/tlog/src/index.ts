export type { AddCheckpoint } from './add-checkpoint.js';
export { formatAddCheckpoint, parseAddCheckpoint } from './add-checkpoint.js';
export type { Checkpoint } from './checkpoint.js';
export { formatCheckpoint, parseCheckpoint } from './checkpoint.js';
export type { ConsistencyClaim } from './consistency-proof.js';
export { consistencyProof, verifyConsistency } from './consistency-proof.js';
export type { Cosigner } from './cosignature.js';
export {
  cosignedAt,
  generateCosignerKey,
  parseCosignatureVerifier,
  parseCosigner,
} from './cosignature.js';
export { entryBundle, LARGEST_ENTRY } from './entry-bundle.js';
export type { TlogErrorCode } from './errors.js';
export { TlogError } from './errors.js';
export type { Hash } from './hash.js';
export { EMPTY_ROOT, HASH_BYTES, leafHash, nodeHash } from './hash.js';
export type { InclusionClaim } from './inclusion-proof.js';
export { inclusionProof, verifyInclusion } from './inclusion-proof.js';
export type { Tile } from './integrate.js';
export { edgeTiles, integrate } from './integrate.js';
export type { Node, NodeReader } from './node.js';
export type { NoteKeyPair, NoteSigner, NoteVerifier } from './note-key.js';
export { generateNoteKey, isKeyName, parseNoteSigner, parseNoteVerifier } from './note-key.js';
export { treeRoot } from './root.js';
export type { NoteSignature, ParsedNote } from './signed-note.js';
export { formatSignature, openNote, parseNote, signNote } from './signed-note.js';
export type { TileCoordinate, TilePart } from './tile.js';
export { hashInTile, TILE_HEIGHT, TILE_WIDTH, tileOf } from './tile.js';
export type { TileAddress } from './tile-path.js';
export { parseTilePath, tilePath } from './tile-path.js';
export { tilesOf, widthOf } from './tiles-of-tree.js';
