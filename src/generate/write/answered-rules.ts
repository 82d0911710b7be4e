import type { Direction } from '../../databases/direction.js';
import { byDialect, type DialectName } from '../../databases/registry.js';
import type { Finding } from '../../lint/finding.js';
import { lint } from '../../lint/lint.js';
import { ENTITY_RULES } from '../../lint/verified-revisions.js';
import { allowing } from '../../sql/statement.js';
import { revisionClass } from './revision-class.js';
import type { RevisionContent } from './revision-content.js';

/** What a proof answers, in a file that cannot have one. */
const REASON = 'the entities declare it';

/**
 * The content of a plain class with an exception for what its proof answers: a plain class has none, so lint reports a
 * serial key in it, for example, which the entities declare. Anything else stays as it is.
 */
export async function withAnswers(content: RevisionContent): Promise<RevisionContent> {
  const { form, proof, name, stamp, part } = content;
  if (form.format !== 'typeorm' || proof === undefined) return content;
  const { findings } = await lint([new (revisionClass(`${name}${stamp}`, part))()]);
  const answered = findings.filter(({ rule }) => ENTITY_RULES.has(rule));
  const groups = byDialect((dialect) => ({
    up: allowed(part.groups[dialect.name].up, at(answered, dialect.name, 'up')),
    down: allowed(part.groups[dialect.name].down, at(answered, dialect.name, 'down')),
  }));
  return { ...content, part: { ...part, groups } };
}

type Groups = RevisionContent['part']['groups'][DialectName]['up'];

function at(findings: readonly Finding[], dialect: DialectName, direction: Direction): readonly Finding[] {
  return findings.filter((one) => one.dialect === dialect && one.direction === direction);
}

/** Findings count the statements of all groups together, from 1. */
function allowed(groups: Groups, findings: readonly Finding[]): Groups {
  let number = 0;
  return groups.map(({ reason, statements }) => ({
    reason,
    statements: statements.map((one) => {
      number += 1;
      const own = findings.filter(({ statement }) => statement === number);
      const rules = new Set(own.map(({ rule }) => rule));
      return [...rules].reduce((of, rule) => allowing(rule, REASON, of), one);
    }),
  }));
}
