/**
 * Cohen's kappa of two raters over the same subjects ("A coefficient of agreement for nominal scales", 1960): observed
 * agreement above what chance would give, over what chance leaves. Null below two pairs, and where both raters said one and
 * the same thing throughout, of which the coefficient says nothing.
 */
export function cohensKappa(pairs: readonly (readonly [string, string])[]): number | null {
  const total = pairs.length;
  if (total < 2) return null;
  const observed = pairs.filter(([first, second]) => first === second).length / total;
  const labels = [...new Set(pairs.flat())];
  const share = (index: 0 | 1, label: string): number =>
    pairs.filter((pair) => pair[index] === label).length / total;
  const expected = labels.reduce((sum, label) => sum + share(0, label) * share(1, label), 0);
  return expected === 1 ? null : (observed - expected) / (1 - expected);
}
