import { IMPORT_FORMATS, type HostImportRequest, type HostImportResult } from '@fleetscope/contracts';
import { useDebouncedValue } from '@mantine/hooks';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState, type ChangeEvent } from 'react';
import { client, unwrap } from '../../api/client';
import { wordsOf } from '../../api/problem';
import { hostsQuery } from '../../api/queries';
import { Choice } from '../../components/choice';
import { plural } from '../../components/format';
import { PageHead } from '../../components/page-head';
import { useEscape } from '../../components/use-escape';
import { FirstCheck } from './first-check';
import { ImportPreview } from './import-preview';
import css from './import-page.module.css';

type Given = Pick<HostImportRequest, 'fileName' | 'text' | 'format'>;

const FORMATS: Record<(typeof IMPORT_FORMATS)[number], string> = {
  'ansible-ini': 'Ansible INI',
  'ansible-yaml': 'Ansible YAML',
  'ssh-config': 'ssh_config',
  csv: 'CSV',
};
const EXAMPLE = '[db]\ndb-07 ansible_host=10.0.3.7 ansible_user=ops\n\n[web]\nweb-[01:03].example.net';
const SETTLE_MS = 250;
/** Each is a connection that somebody waits for. */
const MOST_CHECKED = 50;

const importing = (given: Given, dryRun: boolean): Promise<HostImportResult> =>
  unwrap(
    client.POST('/api/v1/hosts/import', {
      body: { ...given, dryRun, defaults: {} } as HostImportRequest,
    }),
  ) as Promise<HostImportResult>;

/** An inventory, pasted or from a file: what it would change and which lines it can't be read in, then the hosts' first check. */
export const ImportPage = ({ onClose }: { onClose(): void }) => {
  const queries = useQueryClient();
  const [given, setGiven] = useState<Given>({ fileName: 'inventory', text: '' });
  const [asked] = useDebouncedValue(given, SETTLE_MS);
  const [toCheck, setToCheck] = useState<readonly string[] | null>(null);
  useEscape(onClose);
  const preview = useQuery({
    queryKey: ['import', asked],
    queryFn: () => importing(asked, true),
    enabled: asked.text.trim() !== '',
    retry: false,
    gcTime: 0,
  });
  const isCurrent = asked === given && !preview.isFetching;
  const found = given.text.trim() === '' ? undefined : preview.data;
  const change = useMutation({
    mutationFn: () => importing(given, false),
    onSuccess: () => queries.invalidateQueries({ queryKey: hostsQuery.queryKey }),
  });
  const run = (thenCheck: boolean): void =>
    change.mutate(undefined, {
      onSuccess: ({ hosts }) => {
        if (thenCheck) setToCheck(hosts.map(({ name }) => name));
        else onClose();
      },
    });
  const onFile = async ({ currentTarget }: ChangeEvent<HTMLInputElement>): Promise<void> => {
    const file = currentTarget.files?.[0];
    if (file) setGiven({ fileName: file.name, text: await file.text() });
  };
  const count = found?.hosts.length ?? 0;
  const mayCheck = count > 0 && count <= MOST_CHECKED;
  const mayRun = isCurrent && count > 0 && !change.isPending;
  return (
    <div className={css.page}>
      <PageHead title="Import hosts" fact="Ansible INI or YAML, ssh_config, or CSV">
        <button type="button" className="btn" onClick={onClose}>
          {toCheck ? 'To the fleet' : 'Close'} <kbd>Esc</kbd>
        </button>
      </PageHead>
      {toCheck ? (
        <FirstCheck names={toCheck} />
      ) : (
        <main className={css.body}>
          <div className={css.given}>
            <textarea
              className="field mono"
              aria-label="Inventory"
              placeholder={EXAMPLE}
              spellCheck={false}
              autoFocus
              value={given.text}
              onChange={(event) => setGiven({ ...given, text: event.currentTarget.value })}
            />
            <div className={css.acts}>
              <label className={css.file}>
                Or a file <input type="file" onChange={(event) => void onFile(event)} />
              </label>
              <Choice
                label="Format"
                value={given.format ?? ''}
                options={[
                  { value: '', label: found ? `by its looks: ${FORMATS[found.format]}` : 'by its looks' },
                  ...IMPORT_FORMATS.map((format) => ({ value: format, label: FORMATS[format] })),
                ]}
                onChange={(name) => setGiven({ ...given, format: IMPORT_FORMATS.find((one) => one === name) })}
              />
            </div>
          </div>
          <section aria-label="What would change" aria-live="polite" className={css.found}>
            {!found && !preview.error && (
              <p className="dim">
                Paste an inventory or choose a file: what it says is shown here before anything changes.
              </p>
            )}
            {preview.error && (
              <p className="crit" role="alert">
                {wordsOf(preview.error)}
              </p>
            )}
            {found && <ImportPreview found={found} />}
            {change.error && (
              <p className="crit" role="alert">
                {wordsOf(change.error)}
              </p>
            )}
            {found && count === 0 && <p className="warn">No host was found in it.</p>}
            {count > 0 && (
              <div className={css.acts}>
                {mayCheck && (
                  <button type="button" className="btn primary" disabled={!mayRun} onClick={() => run(true)}>
                    Import {plural(count, 'host')} and check {count === 1 ? 'it' : 'them'}
                  </button>
                )}
                <button
                  type="button"
                  className={mayCheck ? 'btn' : 'btn primary'}
                  disabled={!mayRun}
                  onClick={() => run(false)}
                >
                  {mayCheck ? 'Import only' : `Import ${plural(count, 'host')}`}
                </button>
              </div>
            )}
            {count > MOST_CHECKED && (
              <p className="dim">
                More than {MOST_CHECKED} are not checked here: <code>fleetscope hosts check --all</code> does it.
              </p>
            )}
          </section>
        </main>
      )}
    </div>
  );
};
