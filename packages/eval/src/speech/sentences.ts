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

/** One line per voice of espeak-ng whose language the transcriber does not cover. */
export const UNCOVERED: readonly Spoken[] = [
  { voice: 'ru', text: 'Завтра утром мы поедем на поезде в маленький город у моря и вернёмся вечером.' },
  { voice: 'pl', text: 'Jutro rano pojedziemy pociągiem do małego miasta nad morzem i wrócimy wieczorem.' },
  { voice: 'tr', text: 'Yarın sabah trenle deniz kenarındaki küçük şehre gideceğiz ve akşam döneceğiz.' },
  { voice: 'hu', text: 'Holnap reggel vonattal megyünk a tengerparti kisvárosba, és este visszajövünk.' },
  {
    voice: 'fi',
    text: 'Huomenna aamulla menemme junalla pieneen kaupunkiin meren rannalle ja palaamme illalla.',
  },
  { voice: 'cs', text: 'Moje sestra pracuje v pekárně, která prodává chléb celému městu.' },
  { voice: 'sv', text: 'Min syster arbetar i ett bageri som säljer bröd till hela staden.' },
  {
    voice: 'da',
    text: 'I morgen tidlig tager vi toget til den lille by ved havet og kommer hjem om aftenen.',
  },
  {
    voice: 'nb',
    text: 'I morgen tidlig tar vi toget til den lille byen ved havet og kommer hjem om kvelden.',
  },
  {
    voice: 'uk',
    text: 'Завтра вранці ми поїдемо потягом до маленького міста біля моря і повернемося ввечері.',
  },
  { voice: 'bg', text: 'Кметът откри новия мост и оркестърът свири до късно през нощта.' },
  { voice: 'el', text: 'Αύριο το πρωί θα πάμε με το τρένο στη μικρή πόλη δίπλα στη θάλασσα.' },
  { voice: 'ro', text: 'Primarul a deschis podul nou, iar orchestra a cântat până noaptea târziu.' },
  { voice: 'et', text: 'Linnapea avas uue silla ja orkester mängis hilisööni.' },
  { voice: 'id', text: 'Wali kota membuka jembatan baru dan orkestra bermain hingga larut malam.' },
  { voice: 'vi', text: 'Thị trưởng đã khánh thành cây cầu mới và dàn nhạc chơi đến tận khuya.' },
  { voice: 'hi', text: 'कल सुबह हम ट्रेन से समुद्र के किनारे छोटे शहर जाएंगे और शाम को लौटेंगे।' },
  { voice: 'ar', text: 'غدا صباحا سنذهب بالقطار إلى المدينة الصغيرة على البحر ونعود في المساء' },
  { voice: 'cmn', text: '明天早上我们坐火车去海边的小城，晚上回来。' },
  { voice: 'sw', text: 'Kesho asubuhi tutaenda kwa treni hadi mji mdogo kando ya bahari na kurudi jioni.' },
];

/** Lines in the languages beside English in which transcripts are given; a voice's language is its first two letters. */
export const COVERED: readonly Spoken[] = [
  { voice: 'de', text: 'Morgen früh fahren wir mit dem Zug in die kleine Stadt am Meer.' },
  { voice: 'de', text: 'Meine Schwester arbeitet in einer Bäckerei und verkauft Brot.' },
  {
    voice: 'de',
    text: 'Der Bürgermeister eröffnete die neue Brücke, und das Orchester spielte bis spät in die Nacht.',
  },
  { voice: 'de', text: 'Bitte bringen Sie zwei Flaschen Wasser und eine Karte zum Bahnhof.' },
  { voice: 'es', text: 'Mañana por la mañana iremos en tren a la pequeña ciudad junto al mar.' },
  { voice: 'es', text: 'Mi hermana trabaja en una panadería y vende pan.' },
  { voice: 'es', text: 'El alcalde abrió el nuevo puente y la orquesta tocó hasta muy tarde.' },
  { voice: 'es', text: 'Por favor, traiga dos botellas de agua y un mapa a la estación.' },
  { voice: 'fr-fr', text: 'Demain matin nous irons en train dans la petite ville au bord de la mer.' },
  { voice: 'fr-fr', text: 'Ma sœur travaille dans une boulangerie et vend du pain.' },
  { voice: 'fr-fr', text: 'Le maire a ouvert le nouveau pont et l’orchestre a joué tard dans la nuit.' },
  { voice: 'fr-fr', text: 'Apportez deux bouteilles d’eau et une carte à la gare, s’il vous plaît.' },
  { voice: 'it', text: 'Domani mattina andremo in treno nella piccola città sul mare.' },
  { voice: 'it', text: 'Mia sorella lavora in una panetteria e vende il pane.' },
  { voice: 'it', text: 'Il sindaco ha aperto il nuovo ponte e l’orchestra ha suonato fino a tarda notte.' },
  { voice: 'it', text: 'Per favore, porti due bottiglie d’acqua e una mappa alla stazione.' },
  { voice: 'nl', text: 'Morgenochtend gaan we met de trein naar het kleine stadje aan zee.' },
  { voice: 'nl', text: 'Mijn zus werkt in een bakkerij en verkoopt brood.' },
  { voice: 'nl', text: 'De burgemeester opende de nieuwe brug en het orkest speelde tot diep in de nacht.' },
  { voice: 'nl', text: 'Neem alstublieft twee flessen water en een kaart mee naar het station.' },
  { voice: 'pt', text: 'Amanhã de manhã iremos de comboio à pequena cidade junto ao mar.' },
  { voice: 'pt', text: 'A minha irmã trabalha numa padaria e vende pão.' },
  { voice: 'pt', text: 'O presidente da câmara abriu a nova ponte e a orquestra tocou até tarde.' },
  { voice: 'pt', text: 'Por favor, traga duas garrafas de água e um mapa para a estação.' },
];

/** What a voice of espeak-ng says. */
export interface Spoken {
  readonly voice: string;
  readonly text: string;
}
