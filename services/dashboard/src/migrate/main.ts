// The job `migrations`: node dist/migrate/main.js
import { runMigrate } from './run-migrate.js';

process.exitCode = await runMigrate(process.env);
