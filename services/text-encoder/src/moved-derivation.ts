import type { Derivation, DerivedSpan } from '@tercet/contracts';
import { placesAfterNormalising } from '@tercet/models';

/** A derivation whose spans count in the normalised text, as the windows' spans do. */
export function movedDerivation(derivation: Derivation, bytes: Uint8Array): Derivation {
  const texts = derivation.spans.flatMap(({ text }) => (text ? [text] : []));
  const places = placesAfterNormalising(
    bytes,
    texts.flatMap(({ start, end }) => [Number(start), Number(end)]),
  );
  let next = 0;
  const take = (): bigint => BigInt(places[next++] ?? 0);
  const moved = (span: DerivedSpan): DerivedSpan =>
    span.text ? { ...span, text: { unit: span.text.unit, start: take(), end: take() } } : span;
  return { ...derivation, spans: derivation.spans.map(moved) };
}
