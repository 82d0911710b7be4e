import { expect } from 'chai';
import { PreparedTexts } from '../../../../src/databases/postgres/prepared-texts.js';

const NAME = /orchestrator_db_record_\d+_[0-9a-f]{16}/g;
const INSERT = 'INSERT INTO notes VALUES ($1, $2, $3)';

/** Names are made from the statement; what matters is which are the same. */
function withLetters(texts: readonly string[]): readonly string[] {
  const names = [...new Set(texts.flatMap((text) => text.match(NAME) ?? []))];
  return texts.map((text) => text.replace(NAME, (name) => 'ABC'[names.indexOf(name)] ?? name));
}

describe('PreparedTexts', () => {
  it('PreparedTexts prepares a statement once and runs it with literals', () => {
    const prepared = new PreparedTexts();
    const texts = [
      prepared.textOf({ sql: INSERT, parameters: [7, "Ann's", null] }),
      prepared.textOf({ sql: 'DELETE FROM notes WHERE id = $1', parameters: [8] }),
      prepared.textOf({ sql: INSERT, parameters: [9, '', 'c'] }),
    ];
    expect(withLetters([...texts, ...prepared.deallocations])).to.deep.equal([
      `PREPARE A AS ${INSERT}; EXECUTE A(7, 'Ann''s', NULL)`,
      'PREPARE B AS DELETE FROM notes WHERE id = $1; EXECUTE B(8)',
      "EXECUTE A(9, '', 'c')",
      'DEALLOCATE A',
      'DEALLOCATE B',
    ]);
  });

  it('PreparedTexts prepares a statement again under another name after a failure that may have lost it', () => {
    const prepared = new PreparedTexts();
    const text = () => prepared.textOf({ sql: 'SELECT $1', parameters: [1] });
    const first = text();
    prepared.forget();
    expect(withLetters([first, text(), ...prepared.deallocations])).to.deep.equal([
      'PREPARE A AS SELECT $1; EXECUTE A(1)',
      'PREPARE B AS SELECT $1; EXECUTE B(1)',
      'DEALLOCATE A',
      'DEALLOCATE B',
    ]);
  });

  it('PreparedTexts has nothing to deallocate when it was never used', () => {
    expect(new PreparedTexts().deallocations).to.deep.equal([]);
  });
});
