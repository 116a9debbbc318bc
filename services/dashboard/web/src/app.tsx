import { useEffect } from 'preact/hooks';
import { LocationProvider, Route, Router, useLocation } from 'preact-iso';
import type { WellnessSettings } from '../../src/api/review.js';
import { AuditPage } from './audit/audit-page.js';
import { Icon, type IconName } from './design/icon.js';
import iconUrl from './design/icon.svg';
import { Empty, Loading } from './design/notices.js';
import { FeedPage } from './feed/feed-page.js';
import { getJson } from './http/api.js';
import { ItemRoute } from './item/item-page.js';
import { PipelinePage } from './pipeline/pipeline-page.js';
import { QualityPage } from './quality/quality-page.js';
import { QueuesPage } from './review/queues-page.js';
import { WorkbenchPage } from './review/workbench-page.js';
import { LoginPage } from './session/login-page.js';
import { hasRole, logOut, session, sessionError } from './session/session.js';
import { deploymentShielding } from './settings/comfort.js';
import { SettingsPage } from './settings/settings-page.js';
import { StatementsPage } from './statements/statements-page.js';

interface Place {
  readonly path: string;
  readonly label: string;
  readonly icon: IconName;
  readonly least: 'viewer' | 'reviewer' | 'lead';
}

const PLACES: readonly Place[] = [
  { path: '/', label: 'Live', icon: 'live', least: 'viewer' },
  { path: '/queues', label: 'Queues', icon: 'queue', least: 'reviewer' },
  { path: '/quality', label: 'Quality', icon: 'quality', least: 'lead' },
  { path: '/pipeline', label: 'Pipeline', icon: 'pipeline', least: 'viewer' },
  { path: '/audit', label: 'Audit', icon: 'audit', least: 'lead' },
  { path: '/statements', label: 'Statements', icon: 'statement', least: 'lead' },
  { path: '/settings', label: 'Settings', icon: 'settings', least: 'viewer' },
];

export function App() {
  const view = session.value;
  if (sessionError.value !== '') {
    return (
      <main class="main">
        <Empty title="The dashboard does not answer">
          <p>{sessionError.value}</p>
          <button type="button" class="button" onClick={() => location.reload()}>
            Try again
          </button>
        </Empty>
      </main>
    );
  }
  if (!view) return <Loading what="the dashboard" />;
  if (!view.user) return <LoginPage by={view.login} />;
  return (
    <LocationProvider>
      <Shell />
    </LocationProvider>
  );
}

function Shell() {
  useEffect(() => {
    // The careful defaults stay where this cannot be read.
    getJson<WellnessSettings>('/api/v1/settings/wellness').then(
      ({ blur, grey, muted }) => {
        deploymentShielding.value = { blur, grey, muted };
      },
      () => {},
    );
  }, []);
  return (
    <div class="shell">
      <a class="button skip" href="#main">
        Skip to the page
      </a>
      <Side />
      <main class="main" id="main" tabIndex={-1}>
        <Router>
          <Route path="/" component={FeedPage} />
          <Route path="/items/:tenant/:itemId" component={ItemRoute} />
          <Route path="/queues" component={QueuesPage} />
          <Route path="/queues/:queue" component={WorkbenchPage} />
          <Route path="/quality" component={QualityPage} />
          <Route path="/pipeline" component={PipelinePage} />
          <Route path="/audit" component={AuditPage} />
          <Route path="/statements" component={StatementsPage} />
          <Route path="/settings" component={SettingsPage} />
          <Route default component={NotFound} />
        </Router>
      </main>
    </div>
  );
}

function Side() {
  const { path } = useLocation();
  const user = session.value?.user;
  return (
    <header class="side">
      <div class="brand">
        <img src={iconUrl} alt="" />
        <span>Tercet</span>
      </div>
      <nav class="nav" aria-label="Pages">
        {PLACES.filter((place) => hasRole(place.least)).map((place) => (
          <a
            key={place.path}
            href={place.path}
            aria-current={isWithin(path, place.path) ? 'page' : undefined}
          >
            <Icon name={place.icon} />
            {place.label}
          </a>
        ))}
      </nav>
      {user && (
        <div class="who">
          <div>
            <strong>{user.name}</strong>
            <p class="soft small">
              {user.role}
              {user.childSafety && ' · child safety'}
            </p>
          </div>
          <button type="button" class="button slim" onClick={() => void logOut()}>
            Log out
          </button>
        </div>
      )}
    </header>
  );
}

function isWithin(path: string, place: string): boolean {
  if (place === '/') return path === '/' || path.startsWith('/items/');
  return path === place || path.startsWith(`${place}/`);
}

function NotFound() {
  return (
    <Empty title="There is no such page">
      <a href="/">Back to the live feed</a>
    </Empty>
  );
}
