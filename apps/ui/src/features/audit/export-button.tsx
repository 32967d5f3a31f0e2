import { useMutation } from '@tanstack/react-query';
import { wordsOf } from '../../api/problem';
import { saveFile } from '../../components/save-file';
import { wholeLog } from './audit-entries';

/** The whole log as a file. */
export const ExportButton = () => {
  const write = useMutation({
    mutationFn: async () => {
      const name = `fleetscope-audit-${new Date().toISOString().slice(0, 10)}.jsonl`;
      saveFile(new Blob([await wholeLog()], { type: 'application/x-ndjson' }), name);
    },
  });
  return (
    <>
      {write.error && <span className="crit">{wordsOf(write.error)}</span>}
      <button type="button" className="btn" disabled={write.isPending} onClick={() => write.mutate()}>
        {write.isPending ? 'Exporting …' : 'Export all'}
      </button>
    </>
  );
};
