import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
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
    expect(text).toMatch(/^EXPOSE 7717$/m);
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

  it('is YAML once its expressions are filled in', () => {
    for (const text of templates) {
      const filled = text
        .replace(/^\s*\{\{-? (?:if|range|end).*\}\}\n/gm, '')
        .replace(/\{\{ toYaml [^}]*\}\}/g, '{}')
        .replace(/\{\{[^}]*\}\}/g, 'x');
      expect(parse(filled)).toHaveProperty('kind');
    }
  });
});
