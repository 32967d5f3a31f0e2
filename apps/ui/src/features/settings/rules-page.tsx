import { type RuleView } from '@fleetscope/contracts';
import { useQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useCallback, useMemo } from 'react';
import { rulesQuery } from '../../api/room-queries';
import { wordsOf } from '../../api/problem';
import { type RulesSearch } from '../../app/search';
import { type Column, DataTable } from '../../components/data-table';
import { formatValue, plural } from '../../components/format';
import { PageProblem } from '../../components/page-problem';
import { useEscape } from '../../components/use-escape';
import { RulePanel } from './rule-panel';
import { SettingsHead } from '../../components/settings-head';
import css from '../../components/room.module.css';

/** The rules that judge, with the bounds that hold, and where classes and hosts have bounds of their own. */
export const RulesPage = () => {
  const search = useSearch({ from: '/shell/settings/rules' });
  const navigate = useNavigate({ from: '/settings/rules' });
  const change = useCallback(
    (changes: Partial<RulesSearch>) =>
      void navigate({ search: (before) => ({ ...before, ...changes }), replace: true }),
    [navigate],
  );
  const close = useCallback(() => change({ rule: undefined }), [change]);
  useEscape(search.rule === undefined ? null : close);
  const { data, error, refetch } = useQuery(rulesQuery);
  const shown = useMemo(() => {
    const words = search.q?.toLowerCase().split(/\s+/).filter(Boolean) ?? [];
    return (data ?? []).filter(({ id, title, resource, aspect, metrics }) => {
      const text = `${id} ${title} ${resource} ${aspect} ${metrics.join(' ')}`.toLowerCase();
      return words.every((word) => text.includes(word));
    });
  }, [data, search.q]);
  if (error && !data)
    return <PageProblem title="The rules can't be read" words={wordsOf(error)} retry={() => void refetch()} home />;
  const columns: Column<RuleView>[] = [
    {
      id: 'rule',
      title: 'Rule',
      value: ({ id }) => id,
      render: ({ id }) => (
        <button type="button" className="link" onClick={() => change({ rule: id })}>
          {id}
        </button>
      ),
    },
    { id: 'title', title: 'What it looks at', value: ({ title }) => title },
    { id: 'where', title: 'Cell', value: ({ resource, aspect }) => `${resource} ${aspect}` },
    {
      id: 'bounds',
      title: 'Bounds',
      value: () => null,
      render: ({ thresholds }) => (
        <span className="dim">
          {thresholds.length === 0
            ? 'none'
            : thresholds.map(({ name, value, unit }) => `${name} ${formatValue(value, unit)}`).join(' · ')}
        </span>
      ),
    },
    {
      id: 'overrides',
      title: 'Own bounds',
      value: ({ overrides }) => overrides,
      render: ({ overrides }) => (overrides === 0 ? '–' : plural(overrides, 'class or host', 'classes or hosts')),
      isNumber: true,
    },
  ];
  return (
    <div className={css.page}>
      <SettingsHead fact={data && plural(data.length, 'rule')}>
        <input
          className="field"
          type="search"
          placeholder="Rule, resource, metric"
          aria-label="Filter rules"
          value={search.q ?? ''}
          onChange={(event) => change({ q: event.currentTarget.value || undefined })}
        />
      </SettingsHead>
      <div className={css.split} data-panel={search.rule ? 'open' : 'closed'}>
        <main className={css.body}>
          <DataTable
            label="Rules"
            columns={columns}
            rows={shown}
            keyOf={({ id }) => id}
            sort={{ by: 'rule', down: false }}
            maxHeight="100%"
            isSelected={({ id }) => id === search.rule}
            empty={data ? 'No rule matches.' : 'Reading the rules …'}
          />
        </main>
        {search.rule && <RulePanel key={search.rule} rule={search.rule} onClose={close} />}
      </div>
    </div>
  );
};
