export { definition } from './modality.js';
