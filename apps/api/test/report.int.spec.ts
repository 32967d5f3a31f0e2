import { TestPostgres, TestServer } from '../../../test/support/server';

describe('the report of an investigation', () => {
  let postgres: TestPostgres;
  let server: TestServer;
  let id: string;

  beforeAll(async () => {
    postgres = await TestPostgres.start('report');
    server = await TestServer.start(await postgres.createDatabase('report'));
    await server.addLocalHosts(['web-1', 'web-2'], 'web');
    for (const rule of ['fs-space', 'mem-available'])
      await server.ok('PUT', `/api/v1/rules/${rule}/thresholds`, {
        scope: 'class',
        name: 'web',
        values: rule === 'fs-space' ? { warn: 0.001 } : { warn: 100, crit: 99.9 },
      });
    id = await server.triage(['web-1', 'web-2'], '2s');
    await server.ended(id);
    await server.ok('POST', `/api/v1/investigations/${id}/notes`, { text: 'it was </pre><script>the disk</script>' });
  });

  afterAll(async () => {
    await server.stop();
    await postgres.stop();
  });

  it('is one page, sent as a download, with what was found and the lines that say so', async () => {
    const answer = await server.call('GET', `/api/v1/investigations/${id}/report.html`);
    expect(answer.status).toBe(200);
    expect(answer.type).toBe('application/octet-stream');
    expect(answer.headers.get('content-disposition')).toMatch(/^attachment; filename="fleetscope-[\d-]+-\w{8}\.html"$/);
    expect(answer.headers.get('x-content-type-options')).toBe('nosniff');
    expect(answer.text).toMatch(/<p class="big">2 of 2 /);
    expect(answer.text).toContain('window 2s');
    expect(answer.text).toContain('<code>fs-space</code>');
    expect(answer.text).toMatch(/<figcaption>web-1 · <code>df/);
    expect(answer.text).toContain('it was &lt;/pre&gt;&lt;script&gt;the disk&lt;/script&gt;');
    expect(answer.text).not.toContain('<script>');
  });

  it('is not there for an investigation that is not', async () => {
    const { status } = await server.call(
      'GET',
      '/api/v1/investigations/00000000-0000-4000-8000-000000000000/report.html',
    );
    expect(status).toBe(404);
  });
});
