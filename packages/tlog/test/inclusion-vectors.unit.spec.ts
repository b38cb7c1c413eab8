import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { sampleData } from '@gatehouse/testing';
import { describe, expect, it } from '@jest/globals';
import { verifyInclusion } from '../src/index.js';

const folder = sampleData('merkle-inclusion');

interface Vector {
  leafIdx: number;
  treeSize: number;
  root: string;
  leafHash: string;
  proof: string[] | null;
  wantErr: boolean;
}

const names = existsSync(folder)
  ? readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.json'))
  : [];

const bytes = (base64: string): Buffer => Buffer.from(base64, 'base64');

describe('the published inclusion vectors', () => {
  if (names.length === 0) {
    it.todo('are absent: name their folder’s parent in GATEHOUSE_TEST_DATA');
  } else {
    it.each(names)('%s', (name) => {
      const vector = JSON.parse(readFileSync(join(folder, name), 'utf8')) as Vector;
      const verified = verifyInclusion({
        index: vector.leafIdx,
        size: vector.treeSize,
        leafHash: bytes(vector.leafHash),
        proof: (vector.proof ?? []).map(bytes),
        root: bytes(vector.root),
      });
      expect(verified).toBe(!vector.wantErr);
    });
  }
});
