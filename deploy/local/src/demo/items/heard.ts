import { listModels } from '@tercet/models';
import { bursts } from '../media/bursts.js';
import { type DemoItem, demoItem, heldBecause } from './demo-item.js';
import { audio } from './parts.js';

/** Harm that is neither written nor said: shots. Only where the sound model is installed can they be heard. */
export function heardItems(): DemoItem[] {
  return [demoItem('audio-shots', [audio('clip', bursts())], heldBecause('clip', 'sound/alarm'))];
}

/** Whether the sound model has been added to the model cache. */
export async function hasSoundModel(): Promise<boolean> {
  return (await listModels()).some(({ name, built }) => name === 'yamnet' && built);
}
