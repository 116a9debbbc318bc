import { startTestStack, type TestStack } from '@tercet/harness';

export interface DashboardStack extends TestStack {
  readonly dashboardUrl: string;
}

/** The pipeline with the dashboard, and with what reads words in pictures. */
export async function startDashboardStack(): Promise<DashboardStack> {
  return startTestStack('browser', {
    services: [
      'intake',
      'text-encoder',
      'image-encoder',
      'audio-encoder',
      'ocr',
      'fusion',
      'gateway',
      'dashboard',
    ],
  });
}
