/** Ordinary posts. */
export const BENIGN = {
  library: 'Good morning everyone, the library opens at nine today and there is fresh coffee in the hall.',
  bread: 'We baked two loaves of bread this weekend, and the second one came out much better than the first.',
  trailTitle: 'A walk along the river',
  trail:
    'The path is easy to follow and takes about two hours. Bring water, and look out for herons near the bridge.',
  openDay: 'Here is the poster for our open day on Saturday. Everyone is welcome.',
  chart: 'The chart shows how many visitors came to the museum on each day of the week.',
  garden: 'I recorded this in the garden this morning. Listen to how quiet it is.',
  lunch: 'Lunch today is leek and potato soup with fresh bread.',
  trip: 'Photos and a short recording from our trip to the hills. The weather was lovely all day.',
  question:
    'Does anyone know when the next bus to the station leaves? The timetable on the website looks old.',
  cup: 'I made this cup in my pottery class and I am very happy with the glaze.',
} as const;

/** Scam offers, insults and plain threats, written for this demo. */
export const HARMFUL = {
  prize:
    'Congratulations! You have won a free 1000 dollar gift card. Click the link and claim your prize now before it expires tonight.',
  loan: 'URGENT! You are approved for a cash loan of 5000. Text WIN to 80082 now to claim your free bonus, offer ends today.',
  insult: 'You are a stupid idiot and a pathetic loser, and nobody here wants to read your garbage.',
  insultShort: 'Shut up, you worthless moron. You are too dumb to understand anything.',
  threat: 'I know where you live and I will kill you. I am going to hurt you and your whole family tonight.',
} as const;

export const SCAM = ['spam/scam'] as const;
export const ABUSE = ['harassment', 'harassment/threatening', 'hate', 'hate/threatening'] as const;
export const THREAT = [...ABUSE, 'violence'] as const;
