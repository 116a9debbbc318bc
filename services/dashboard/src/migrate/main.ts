// The job `migrations`: node dist/migrate/main.js
import { runService } from '@tercet/kit';
import { readDatabaseConfig } from '../database/config.js';
import { runMigrations } from './run-migrations.js';

await runService('migrations', readDatabaseConfig, runMigrations);
