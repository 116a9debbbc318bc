import { useEffect, useState } from 'preact/hooks';
import type { WellnessSettings } from '../../../src/api/review.js';
import { Failure, Loading } from '../design/notices.js';
import { Page } from '../design/page.js';
import { messageOf, sendJson } from '../http/api.js';
import { useResource } from '../http/use-resource.js';
import { hasRole } from '../session/session.js';
import { type Comfort, changeComfort, comfort, deploymentShielding, shielding } from './comfort.js';

export function SettingsPage() {
  return (
    <Page title="Settings">
      <div class="columns">
        <OwnComfort />
        <Wellness />
      </div>
    </Page>
  );
}

const THEMES: readonly { value: Comfort['theme']; label: string }[] = [
  { value: 'system', label: 'As the system' },
  { value: 'light', label: 'Light' },
  { value: 'dark', label: 'Dark' },
];

const SHIELDS = [
  { name: 'blur', label: 'Blur pictures until I ask' },
  { name: 'grey', label: 'Show pictures without colour' },
  { name: 'muted', label: 'Start recordings muted' },
] as const;

/** Kept in this browser. */
function OwnComfort() {
  const shields = shielding();
  return (
    <section class="card stack" aria-labelledby="comfort">
      <div>
        <h2 id="comfort">Your comfort</h2>
        <p class="soft small">For you, in this browser.</p>
      </div>
      <fieldset class="plain">
        <legend class="soft small">Colours</legend>
        {THEMES.map(({ value, label }) => (
          <label key={value} class="check">
            <input
              type="radio"
              name="theme"
              checked={comfort.value.theme === value}
              onChange={() => changeComfort({ theme: value })}
            />
            {label}
          </label>
        ))}
      </fieldset>
      <fieldset class="plain">
        <legend class="soft small">Sensitive media</legend>
        {SHIELDS.map(({ name, label }) => (
          <label key={name} class="check">
            <input
              type="checkbox"
              checked={shields[name]}
              onChange={(event) => changeComfort({ [name]: event.currentTarget.checked })}
            />
            {label}
          </label>
        ))}
      </fieldset>
    </section>
  );
}

const LIMITS = [
  { name: 'maxCasesPerHour', label: 'Cases in an hour, at most (0: no limit)', max: 10_000 },
  { name: 'breakAfterMinutes', label: 'A break is due after minutes at work (0: never)', max: 1440 },
  { name: 'breakMinutes', label: 'Minutes of a break', max: 1440 },
] as const;

/** For everybody; changed by admins. */
function Wellness() {
  const stored = useResource<WellnessSettings>('/api/v1/settings/wellness');
  const [draft, setDraft] = useState<WellnessSettings>();
  const [said, setSaid] = useState('');
  useEffect(() => setDraft(stored.data), [stored.data]);
  const mayChange = hasRole('admin');
  const save = (event: Event): void => {
    event.preventDefault();
    if (!draft) return;
    sendJson('PUT', '/api/v1/settings/wellness', draft).then(
      () => {
        setSaid('Saved.');
        deploymentShielding.value = { blur: draft.blur, grey: draft.grey, muted: draft.muted };
        stored.reload();
      },
      (error: unknown) => setSaid(messageOf(error)),
    );
  };
  if (stored.error !== undefined) return <Failure error={stored.error} retry={stored.reload} />;
  if (!draft) return <Loading what="the limits" />;
  return (
    <section class="card" aria-labelledby="wellness">
      <form class="stack" onSubmit={save}>
        <div>
          <h2 id="wellness">Wellness of everybody</h2>
          <p class="soft small">
            {mayChange ? 'Held by the server.' : 'Held by the server; an admin may change them.'}
          </p>
        </div>
        {LIMITS.map(({ name, label, max }) => (
          <div key={name} class="field">
            <label for={name}>{label}</label>
            <input
              id={name}
              class="input"
              type="number"
              min={0}
              max={max}
              disabled={!mayChange}
              value={draft[name]}
              onInput={(event) => setDraft({ ...draft, [name]: event.currentTarget.valueAsNumber || 0 })}
            />
          </div>
        ))}
        <fieldset class="plain" disabled={!mayChange}>
          <legend class="soft small">Sensitive media, where a person has not chosen otherwise</legend>
          {SHIELDS.map(({ name, label }) => (
            <label key={name} class="check">
              <input
                type="checkbox"
                checked={draft[name]}
                onChange={(event) => setDraft({ ...draft, [name]: event.currentTarget.checked })}
              />
              {label.replace(' until I ask', ' until asked for')}
            </label>
          ))}
        </fieldset>
        {mayChange && (
          <div class="row">
            <button type="submit" class="button primary">
              Save
            </button>
            <span role="status" class="soft">
              {said}
            </span>
          </div>
        )}
      </form>
    </section>
  );
}
