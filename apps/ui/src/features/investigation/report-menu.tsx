import { type InvestigationView } from '@fleetscope/contracts';
import { isEnded } from '../../api/queries';
import { useMay } from '../../app/session';
import { Menu } from '../../components/menu';

/** What of an investigation can be taken away. What quotes raw output is for those who may read that. */
export const ReportMenu = ({ investigation }: { investigation: InvestigationView }) => {
  const { id } = investigation;
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
              ...(isEnded(investigation)
                ? [
                    <a key="zip" href={`${of}/evidence.zip`} download onClick={close}>
                      Evidence (zip)
                    </a>,
                  ]
                : []),
            ]
          : []),
        <a key="json" href={`${of}/report`} download={`fleetscope-${id}.json`} onClick={close}>
          Data (JSON)
        </a>,
      ]}
    </Menu>
  );
};
