import { Icon, type IconName } from './icon.js';

const SHOWN: Readonly<Record<string, { icon: IconName; label: string }>> = {
  allow: { icon: 'check', label: 'Allow' },
  flag: { icon: 'flag', label: 'Flag' },
  review: { icon: 'eye', label: 'Review' },
  block: { icon: 'ban', label: 'Block' },
  superseded: { icon: 'dash', label: 'Superseded' },
  erased: { icon: 'dash', label: 'Erased' },
};

interface Judged {
  readonly action: string;
  readonly status: string;
}

/** What was decided; where nothing was, why not. Colour never stands alone. */
export function ActionBadge({ of, large = false }: { of: Judged; large?: boolean }) {
  const name = of.action === '' ? of.status : of.action;
  const shown = SHOWN[name] ?? { icon: 'dash' as const, label: name };
  return (
    <span class={`badge ${name}${large ? ' large' : ''}`}>
      <Icon name={shown.icon} />
      {shown.label}
    </span>
  );
}

export function actionLabel(action: string): string {
  return SHOWN[action]?.label ?? action;
}
