/** A signal: the highest of some classes of YAMNet, by their index in its list of 521. */
export interface SoundGroup {
  readonly name: string;
  readonly classes: readonly number[];
}

/**
 * The classes that travel as signals. Chosen are sounds that say by themselves that somebody may be in danger. Left out
 * are their harmless kin (cap gun 425, fireworks 426 and 427, burst or pop 428, car alarm 304, alarm clock 389, clinking
 * glass 435 and 436), what is heard in any quarrel or game (shout 6, yell 9, crying 19, slap 461), and the other 480, which
 * would travel with each segment for nothing: no head reads them, and the vector beside them holds what they are made of.
 */
export const SOUND_GROUPS: readonly SoundGroup[] = [
  // Gunshot, machine gun, fusillade, artillery fire.
  { name: 'gunshot', classes: [421, 422, 423, 424] },
  // Explosion, boom.
  { name: 'explosion', classes: [420, 430] },
  { name: 'screaming', classes: [11] },
  // Shatter, and smash or crash.
  { name: 'breaking_glass', classes: [437, 463] },
  // Police car, ambulance, fire engine, siren, civil defence siren, smoke alarm, fire alarm.
  { name: 'siren', classes: [317, 318, 319, 390, 391, 393, 394] },
];
