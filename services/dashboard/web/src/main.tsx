import './design/tokens.css';
import './design/base.css';
import './design/controls.css';
import './design/layout.css';
import { render } from 'preact';
import { App } from './app.js';
import { loadSession } from './session/session.js';
import { followTheme } from './settings/comfort.js';

followTheme();
void loadSession();
const root = document.getElementById('app');
if (root) render(<App />, root);
