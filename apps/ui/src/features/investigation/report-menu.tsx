import { type InvestigationView } from '@fleetscope/contracts';
import { useMay } from '../../app/session';
import { Menu } from '../../components/menu';

/** What of an investigation can be taken away. What quotes raw output is for those who may read that. */
export const ReportMenu = ({ investigation: { id } }: { investigation: InvestigationView }) => {
  const mayReadEvidence = useMay('operator');
  const of = `/api/v1/investigations/${id}`;
  return (
    <Menu label="Report">
      {(close) => [
        ...(mayReadEvidence
          ? [
              <a key="html" href={`${of}/report.html`} download onClick={close}>
                Report (HTML)
              </a>,
            ]
          : []),
        <a key="json" href={`${of}/report`} download={`fleetscope-${id}.json`} onClick={close}>
          Data (JSON)
        </a>,
      ]}
    </Menu>
  );
};
