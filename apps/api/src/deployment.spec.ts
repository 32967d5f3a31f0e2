import { spawn } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { parse } from 'yaml';
import { renderChart, type Values } from '../../../test/support/chart';
import { readConfig, SETTINGS } from './config';

/** No Docker engine and no helm stand by here: what is checked is that the files agree with the program and with each other. */
const ROOT = join(__dirname, '..', '..', '..');
const read = (...path: string[]): string => readFileSync(join(ROOT, ...path), 'utf8');

interface Service {
  readonly image: string;
  readonly build?: { readonly dockerfile: string };
  readonly environment?: Readonly<Record<string, string | number>>;
  readonly depends_on?: Readonly<Record<string, { readonly condition: string }>>;
  readonly healthcheck?: object;
  readonly ports?: readonly string[];
  readonly volumes?: readonly string[];
}

describe('docker-compose.yml', () => {
  const { services, volumes } = parse(read('docker-compose.yml')) as {
    services: Record<string, Service>;
    volumes: Record<string, null>;
  };
  const own = services.fleetscope!;

  it('gives the program settings that it reads and takes', () => {
    const given = Object.entries(own.environment ?? {});
    expect(given.filter(([name]) => !SETTINGS.includes(name))).toEqual([]);
    const env = Object.fromEntries(
      given.map(([name, value]) => [name, String(value).replace('${POSTGRES_PASSWORD}', 'abc123')]),
    );
    expect(readConfig(env)).toMatchObject({
      role: 'all',
      port: 7717,
      databaseUrl: 'postgresql://fleetscope:abc123@postgres:5432/fleetscope',
      redisUrl: 'redis://redis:6379',
    });
  });

  it('waits for services that are there and say when they are well, and listens on this machine alone', () => {
    for (const name of Object.keys(own.depends_on ?? {})) expect(services[name]?.healthcheck).toBeDefined();
    expect(own.ports).toEqual(['127.0.0.1:7717:7717']);
    expect(existsSync(join(ROOT, own.build?.dockerfile ?? ''))).toBe(true);
    const named = Object.values(services).flatMap((service) => service.volumes ?? []);
    expect(named.map((volume) => volume.split(':')[0]).sort()).toEqual(Object.keys(volumes).sort());
  });

  it('names each image with a version, and no password', () => {
    for (const [name, { image }] of Object.entries(services))
      if (name !== 'fleetscope') expect(image).toMatch(/^[a-z]+:[0-9]+/);
    expect(read('docker-compose.yml').match(/PASSWORD: (?!\$\{)/g)).toBeNull();
  });
});

describe('deploy/Dockerfile', () => {
  const text = read('deploy', 'Dockerfile');

  it('starts the program that is built, as nobody’s root, with settings that it reads', () => {
    expect(text).toContain('CMD ["node", "--enable-source-maps", "apps/api/dist/main.js"]');
    expect(text).toMatch(/^USER 10001$/m);
    const names = [...text.matchAll(/\b(FLEETSCOPE_[A-Z_]+)=/g)].map(([, name]) => name);
    expect(names.filter((name) => !SETTINGS.includes(name ?? ''))).toEqual([]);
    expect(text).toMatch(/^EXPOSE 7717 7718$/m);
  });

  it.each([
    ['the API', {}, 'FLEETSCOPE_PORT', 0],
    ['a worker', { FLEETSCOPE_ROLE: 'worker', FLEETSCOPE_PORT: '1' }, 'FLEETSCOPE_WORKER_PORT', 0],
    ['a worker that is not there', { FLEETSCOPE_ROLE: 'worker', FLEETSCOPE_WORKER_PORT: '1' }, 'FLEETSCOPE_PORT', 1],
  ])('asks %s for its health where it answers', async (_who, env, port, status) => {
    const [, command] = /HEALTHCHECK [^[]*CMD (\[.*\])/.exec(text) ?? [];
    const [program, ...args] = JSON.parse(command ?? '[]') as string[];
    const asked: (string | undefined)[] = [];
    const server = createServer(({ url }, answer) => void (asked.push(url), answer.end()));
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    const own = String((server.address() as AddressInfo).port);
    const child = spawn(program ?? '', args, { env: { PATH: process.env['PATH'], ...env, [port]: own } });
    expect(await new Promise((done) => child.once('close', done))).toBe(status);
    expect(asked).toEqual(status === 0 ? ['/healthz'] : []);
    server.close();
  });
});

describe('deploy/helm', () => {
  const chart = join('deploy', 'helm', 'fleetscope');
  const templates = readdirSync(join(ROOT, chart, 'templates')).map((name) => read(chart, 'templates', name));
  const values = parse(read(chart, 'values.yaml')) as Record<string, unknown>;

  const paths = (value: unknown, at: string): string[] =>
    value !== null && typeof value === 'object' && Object.keys(value).length > 0
      ? Object.entries(value).flatMap(([key, below]) => paths(below, `${at}.${key}`))
      : [at];
  const used = templates.flatMap((text) => [...text.matchAll(/\.Values((?:\.\w+)+)/g)].map(([, path]) => path ?? ''));

  it('uses values that are there, and has none that nobody uses', () => {
    const known = paths(values, '');
    expect(used.filter((path) => !known.some((one) => one === path || one.startsWith(`${path}.`)))).toEqual([]);
    expect(known.filter((one) => !used.some((path) => one === path || one.startsWith(`${path}.`)))).toEqual([]);
  });

  it('opens and closes its blocks', () => {
    for (const text of templates) {
      const opened = [...text.matchAll(/\{\{-? (?:if|range|with) /g)].length;
      expect([...text.matchAll(/\{\{-? end /g)]).toHaveLength(opened);
    }
  });

  it('gives the program settings that it reads', () => {
    const names = templates.flatMap((text) => [...text.matchAll(/name: ((?:FLEETSCOPE|DATABASE|REDIS)_[A-Z_]+)/g)]);
    expect(names.length).toBeGreaterThan(3);
    expect(names.map(([, name]) => name ?? '').filter((name) => !SETTINGS.includes(name))).toEqual([]);
  });

  // The parts of the objects that are looked at.
  interface Shown {
    readonly kind: string;
    readonly metadata: { readonly name: string };
    readonly spec: {
      readonly replicas: number;
      readonly serviceName: string;
      readonly accessModes: readonly string[];
      readonly ports: readonly { readonly port: number }[];
      readonly selector: { readonly matchLabels: Values } & Values;
      readonly template: {
        readonly metadata: { readonly labels: Values };
        readonly spec: {
          readonly volumes: readonly {
            readonly name: string;
            readonly persistentVolumeClaim?: { claimName: string };
          }[];
          readonly containers: readonly {
            readonly env: readonly { readonly name: string; readonly value?: string; readonly valueFrom?: object }[];
            readonly ports: readonly { readonly name: string; readonly containerPort: number }[];
            readonly volumeMounts: readonly { readonly name: string; readonly mountPath: string }[];
          }[];
        };
      };
      readonly volumeClaimTemplates: readonly { readonly metadata: { readonly name: string } }[];
    };
  }
  const render = (over: Values = {}): Shown[] => renderChart(join(ROOT, chart), over) as unknown as Shown[];
  const ofKind = (objects: Shown[], kind: string): Shown[] => objects.filter((one) => one.kind === kind);
  const container = ({ spec }: Shown): Shown['spec']['template']['spec']['containers'][number] =>
    spec.template.spec.containers[0]!;
  /** What the program reads of a process's environment: secrets as a cluster would fill them in. */
  const configOf = (set: Shown): ReturnType<typeof readConfig> =>
    readConfig(
      Object.fromEntries(
        container(set).env.map(({ name, value }) => [
          name,
          value ??
            (name === 'DATABASE_URL' ? 'postgresql://a:b@c/d' : name === 'REDIS_URL' ? 'redis://r' : 'ab'.repeat(32)),
        ]),
      ),
    );
  const APART = { mode: 'apart', secretKey: { existingSecret: 'key' }, redis: { existingSecret: 'queue' } };

  it('mode all: one process, which serves', () => {
    const objects = render({ env: { FLEETSCOPE_RATE_LAUNCHES: 60 }, publicUrl: 'https://fleetscope.example' });
    expect(objects.map(({ kind, metadata }) => `${kind} ${metadata.name}`)).toEqual(['Service fs', 'StatefulSet fs']);
    const [set] = ofKind(objects, 'StatefulSet') as [Shown];
    expect([set.spec.replicas, configOf(set)]).toEqual([
      1,
      expect.objectContaining({ role: 'all', publicUrl: 'https://fleetscope.example', redisUrl: null }),
    ]);
    expect(configOf(set).rates.launches.most).toBe(60);
  });

  it('mode apart: the API and workers, each as often as wanted, on one key and one volume of evidence', () => {
    const objects = render({ ...APART, api: { replicas: 3 }, worker: { replicas: 5, port: 7800 } });
    const [api, worker] = ofKind(objects, 'StatefulSet') as [Shown, Shown];
    expect([api.metadata.name, api.spec.replicas, configOf(api).role, configOf(api).workerPort]).toEqual([
      ...['fs-api', 3, 'api', null],
    ]);
    expect([worker.metadata.name, worker.spec.replicas, configOf(worker).role, configOf(worker).workerPort]).toEqual([
      ...['fs-worker', 5, 'worker', 7800],
    ]);
    expect(container(worker).ports).toEqual([{ name: 'http', containerPort: 7800 }]);
    const claim = ofKind(objects, 'PersistentVolumeClaim')[0]!;
    expect(claim.spec.accessModes).toEqual(['ReadWriteMany']);
    for (const set of [api, worker]) {
      expect(configOf(set)).toMatchObject({ redisUrl: 'redis://r', secretKey: { current: 'ab'.repeat(32) } });
      const mounts = container(set).volumeMounts;
      expect(mounts.find(({ mountPath }) => mountPath === configOf(set).evidenceDir)?.name).toBe('evidence');
      const volume = set.spec.template.spec.volumes.find(({ name }) => name === 'evidence');
      expect(volume?.persistentVolumeClaim?.claimName).toBe(claim.metadata.name);
    }
    const claimed = { ...APART, evidence: { existingClaim: 'ours' } };
    expect(ofKind(render(claimed), 'PersistentVolumeClaim')).toEqual([]);
    expect(JSON.stringify(render(claimed))).toContain('"claimName":"ours"');
  });

  it.each([
    ['all', {}],
    ['apart', APART],
  ])('mode %s: what is named is there, and people are led to processes that serve', (_, over) => {
    const objects = render({ ...over, ingress: { enabled: true } });
    const sets = ofKind(objects, 'StatefulSet');
    const services = ofKind(objects, 'Service');
    const chosen = (service: Shown): Shown[] =>
      sets.filter(({ spec }) =>
        Object.entries(service.spec.selector).every(([label, value]) => spec.template.metadata.labels[label] === value),
      );
    for (const set of sets) {
      expect(set.spec.template.metadata.labels).toEqual(set.spec.selector.matchLabels);
      expect(services.map(({ metadata }) => metadata.name)).toContain(set.spec.serviceName);
      const volumes = [
        ...set.spec.template.spec.volumes,
        ...set.spec.volumeClaimTemplates.map(({ metadata }) => metadata),
      ];
      expect(container(set).volumeMounts.filter(({ name }) => !volumes.some((one) => one.name === name))).toEqual([]);
      const given = container(set).env.map(({ name }) => name);
      expect(given.filter((name) => !SETTINGS.includes(name))).toEqual([]);
      expect(new Set(given).size).toBe(given.length);
    }
    // No two sets take each other's pods for their own.
    expect(new Set(sets.map(({ spec }) => JSON.stringify(spec.selector.matchLabels))).size).toBe(sets.length);
    const [first] = services.filter(({ metadata }) => metadata.name === 'fs') as [Shown];
    expect(chosen(first).map((set) => configOf(set).role)).toEqual([sets.length === 1 ? 'all' : 'api']);
    expect(JSON.stringify(ofKind(objects, 'Ingress'))).toContain('"service":{"name":"fs"');
  });

  it('says what is missing before anything is installed', () => {
    expect(() => render({ mode: 'both' })).toThrow(/expected all .* or apart/);
    expect(() => render({ mode: 'apart' })).toThrow(/give secretKey\.existingSecret/);
  });
});
