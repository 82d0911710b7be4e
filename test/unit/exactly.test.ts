import { expect } from 'chai';
import * as v from 'valibot';
import { exactly } from '../../src/exactly.js';

interface Shelf {
  readonly label?: string;
  readonly boards: readonly number[];
}

const label = v.exactOptional(v.string());
const boards = v.array(v.number());

describe('exactly', () => {
  it('exactly returns a schema that describes the type', () => {
    const schema = v.object({ label, boards });
    expect(exactly<Shelf>()(schema)).to.equal(schema);
  });

  it('exactly does not compile where the schema describes another type', () => {
    // @ts-expect-error -- a field more
    exactly<Shelf>()(v.object({ label, boards, depth: v.exactOptional(v.number()) }));
    // @ts-expect-error -- a field less
    exactly<Shelf>()(v.object({ boards }));
    // @ts-expect-error -- a field that is not optional
    exactly<Shelf>()(v.object({ label: v.string(), boards }));
    // @ts-expect-error -- a wider type, inside a list
    exactly<Shelf>()(v.object({ label, boards: v.array(v.nullable(v.number())) }));
    // @ts-expect-error -- a narrower type
    exactly<Shelf>()(v.object({ label, boards: v.array(v.literal(1)) }));
  });
});
