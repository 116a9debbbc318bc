/** Invented sentences that espeak-ng reads aloud; any likeness is chance. */
export const SENTENCES = [
  'The gardener planted seven rows of beans behind the old stone wall.',
  'Please bring two bottles of water and a map to the station tomorrow morning.',
  'Our neighbour repairs clocks, and on Sundays he plays the violin.',
  'The ferry leaves at half past nine unless the wind is too strong.',
  'She opened the window because the kitchen smelled of burnt toast.',
  'Nobody expected the bridge to be finished before the winter.',
  'A small brown dog was sleeping under the table in the library.',
  'We counted forty three birds on the lake this afternoon.',
  'The teacher asked the children to draw a house with a red door.',
  'He forgot his umbrella on the train and walked home in the rain.',
  'The museum is closed on Mondays, but the garden stays open.',
  'After dinner they washed the plates and listened to the radio.',
  'The doctor told him to rest for a week and drink plenty of tea.',
  'In the valley below, the river had flooded three farms.',
  'My sister works in a bakery that sells bread to the whole town.',
  'The letter arrived on the twelfth of April, a month too late.',
  'They painted the boat green and gave it a new name.',
  'The mountain path is steep, so wear good shoes and carry a stick.',
  'Can you tell me where the nearest post office is?',
  'The orchestra practised the second movement until midnight.',
] as const;

/** The same in languages that the reader says aloud and a recogniser of English alone does not know. */
export const FOREIGN_SENTENCES = [
  { voice: 'ru', text: 'Завтра утром мы поедем на поезде в маленький город у моря и вернёмся вечером.' },
  { voice: 'pl', text: 'Jutro rano pojedziemy pociągiem do małego miasta nad morzem i wrócimy wieczorem.' },
  { voice: 'tr', text: 'Yarın sabah trenle deniz kenarındaki küçük şehre gideceğiz ve akşam döneceğiz.' },
  { voice: 'hu', text: 'Holnap reggel vonattal megyünk a tengerparti kisvárosba, és este visszajövünk.' },
  {
    voice: 'fi',
    text: 'Huomenna aamulla menemme junalla pieneen kaupunkiin meren rannalle ja palaamme illalla.',
  },
  {
    voice: 'de',
    text: 'Morgen früh fahren wir mit dem Zug in die kleine Stadt am Meer und kommen abends zurück.',
  },
  {
    voice: 'es',
    text: 'Mañana por la mañana iremos en tren a la pequeña ciudad junto al mar y volveremos por la noche.',
  },
  {
    voice: 'fr-fr',
    text: 'Demain matin nous irons en train dans la petite ville au bord de la mer et nous reviendrons le soir.',
  },
] as const;
