import { runEncoder } from '@tercet/encoder';

await runEncoder(new URL('./modality.js', import.meta.url));
