const STEPS = [1, 2, 3, 4, 5, 6, 7];

/** 0-1 safe, 2-3 low, 4-5 medium, 6-7 high, as the policy counts. */
function levelOf(severity: number): string {
  if (severity >= 6) return 'high';
  if (severity >= 4) return 'medium';
  return severity >= 2 ? 'low' : 'safe';
}

export function Severity({ value }: { value: number }) {
  const label = `Severity ${value} of 7, ${levelOf(value)}`;
  return (
    <span class={`severity ${levelOf(value)}`} title={label}>
      <svg viewBox="0 0 34 14" role="img" aria-label={label}>
        {STEPS.map((step) => (
          <rect
            key={step}
            class={step <= value ? 'on' : 'off'}
            x={(step - 1) * 5}
            y="2"
            width="3.4"
            height="10"
            rx="1"
          />
        ))}
      </svg>
    </span>
  );
}
