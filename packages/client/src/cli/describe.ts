import { Decision, DecisionStatus, toProtoJson } from '@tercet/contracts';
import type { DeadLetter } from '../dead-letters.js';
import { evidenceText } from './evidence-text.js';

/** A decision as proto3 JSON, with the field names of the .proto file. */
export function decisionJson(decision: Decision): unknown {
  return toProtoJson(Decision, 'Decision', decision);
}

/** A decision in a few lines. */
export function decisionText(decision: Decision): string {
  if (decision.status !== DecisionStatus.DECIDED) {
    const what = decision.status === DecisionStatus.ERASED ? 'erased' : 'superseded by a newer version';
    return `  version ${decision.version}: ${what}`;
  }
  const modifiers = decision.modifiers.length > 0 ? ` (${decision.modifiers.join(', ')})` : '';
  const lines = [
    `  action      ${decision.action}${modifiers}, version ${decision.version} revision ${decision.revision}`,
  ];
  for (const reason of decision.reasons) {
    const score = reason.score === undefined ? '' : ` ${reason.score.toFixed(3)}`;
    const over = reason.threshold === undefined ? '' : ` over ${reason.threshold}`;
    const what = [reason.category, reason.partId, reason.rule].filter(Boolean).join(', ');
    lines.push(`  reason      ${reason.code}: ${what}${score}${over} -> ${reason.action}`);
    if (reason.evidence) lines.push(`  found       ${evidenceText(reason.evidence)}`);
  }
  for (const category of decision.categories.filter((one) => one.flagged)) {
    lines.push(
      `  flagged     ${category.category} ${category.score.toFixed(3)}, severity ${category.severity}`,
    );
  }
  for (const part of decision.partsUsed) lines.push(`  used        ${part.partId} (${part.modality})`);
  for (const part of decision.partsMissing) {
    lines.push(`  missing     ${part.partId} (${part.modality}): ${part.code}`);
  }
  for (const gap of decision.notCovered) {
    const categories = gap.categories.length === 0 ? 'everything' : gap.categories.join(', ');
    lines.push(`  not covered ${gap.partId} (${gap.modality}), ${gap.code}: ${categories}`);
  }
  const policy = decision.policy ? `${decision.policy.id} ${decision.policy.version}` : 'none';
  lines.push(`  policy      ${policy}`);
  return lines.join('\n');
}

/** A dead letter as JSON, without its content. */
export function deadLetterJson(letter: DeadLetter): unknown {
  const { key, code, detail, service, topic, partition, offset, sizeBytes, atMs } = letter;
  return {
    ...{ item_key: key, code, detail, service, topic, partition, offset },
    size_bytes: sizeBytes,
    at: new Date(Number(atMs)).toISOString(),
  };
}

/** A dead letter in two lines. */
export function deadLetterText(letter: DeadLetter): string {
  const { key, code, detail, service, topic, partition, offset, sizeBytes } = letter;
  const what = key === '' ? '(a record without a key)' : key;
  return (
    `${what}  dead letter: ${code}${detail === '' ? '' : `, ${detail}`}\n` +
    `  record      ${topic}/${partition}/${offset}, ${sizeBytes} bytes, given up by ${service}`
  );
}
