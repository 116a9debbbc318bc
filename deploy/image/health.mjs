// The image's health check: whether every condition of the service's readiness holds.
const port = process.env.TERCET_HEALTH_PORT || '9464';
const answer = await fetch(`http://127.0.0.1:${port}/readyz`).catch(() => undefined);
process.exit(answer?.ok ? 0 : 1);
