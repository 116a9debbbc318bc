import { readFileSync } from 'node:fs';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { ApiServer } from './start.js';

const GROUP_VERSION = 'external.metrics.k8s.io/v1beta1';
const PATH = new RegExp(`^/apis/${GROUP_VERSION}/namespaces/[^/]+/([^/]+)$`);
const SCALED_OBJECT = /^scaledobject\.keda\.sh\/name=(.+)$/;

/** The external metrics API with figures that a test sets, in the place of KEDA's metrics adapter. */
export interface ExternalMetrics extends AsyncDisposable {
  /** What the HorizontalPodAutoscaler of a ScaledObject is told from now on. */
  set(scaledObject: string, value: number): void;
}

/** Serves the metrics, and makes the API server hand questions about them on. @throws Error with its words. */
export async function serveExternalMetrics(server: ApiServer): Promise<ExternalMetrics> {
  const values = new Map<string, number>();
  const { key, cert } = server.certificate;
  const http = createServer(
    { key: readFileSync(key), cert: readFileSync(cert) },
    ({ url = '' }, response) => {
      const answer = url === `/apis/${GROUP_VERSION}` ? DISCOVERY : metricValue(url, values);
      response.writeHead(answer ? 200 : 404, { 'content-type': 'application/json' });
      response.end(JSON.stringify(answer ?? {}));
    },
  );
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
  const stop = async (): Promise<void> => {
    http.closeAllConnections();
    await new Promise((resolve) => http.close(resolve));
  };
  const { port } = http.address() as AddressInfo;
  const { code, errors } = await server.apply(
    {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: 'external-metrics', namespace: 'default' },
      // Endpoints must not be loopback; a name may mean it.
      spec: { type: 'ExternalName', externalName: 'localhost' },
    },
    {
      apiVersion: 'apiregistration.k8s.io/v1',
      kind: 'APIService',
      metadata: { name: 'v1beta1.external.metrics.k8s.io' },
      spec: {
        group: 'external.metrics.k8s.io',
        version: 'v1beta1',
        groupPriorityMinimum: 100,
        versionPriority: 100,
        insecureSkipTLSVerify: true,
        service: { name: 'external-metrics', namespace: 'default', port },
      },
    },
  );
  if (code !== 0) {
    await stop();
    throw new Error(errors);
  }
  return { set: (name, value) => void values.set(name, value), [Symbol.asyncDispose]: stop };
}

const DISCOVERY = {
  kind: 'APIResourceList',
  apiVersion: 'v1',
  groupVersion: GROUP_VERSION,
  resources: [
    { name: '*', singularName: '', namespaced: true, kind: 'ExternalMetricValueList', verbs: ['get'] },
  ],
};

function metricValue(url: string, values: ReadonlyMap<string, number>): object | undefined {
  const { pathname, searchParams } = new URL(url, 'https://localhost');
  const metricName = PATH.exec(pathname)?.[1];
  const [, name = ''] = SCALED_OBJECT.exec(searchParams.get('labelSelector') ?? '') ?? [];
  const value = values.get(name);
  if (metricName === undefined || value === undefined) return undefined;
  const item = { metricName, metricLabels: {}, timestamp: new Date().toISOString(), value: String(value) };
  return { kind: 'ExternalMetricValueList', apiVersion: GROUP_VERSION, metadata: {}, items: [item] };
}
