import { type InvestigationNews } from '@fleetscope/contracts';
import { Injectable } from '@nestjs/common';
import { InvestigationReader } from '../../investigations';
import { RedContexts } from '../red/red-contexts.service';
import { Links } from './links.service';
import { verdictLines } from './verdict-lines';

/** What is told to others of an investigation that has ended. */
@Injectable()
export class News {
  constructor(
    private readonly reader: InvestigationReader,
    private readonly red: RedContexts,
    private readonly links: Links,
  ) {}

  /** Null when it is gone. */
  async ofEnded(id: string): Promise<InvestigationNews | null> {
    const [view] = await this.reader.views([id], null);
    if (!view) return null;
    const links = this.links.of(id);
    const red = (await this.red.of(id))?.reading ?? null;
    const { title, runbook, state, reason, requestedBy, hosts, startedAt, endedAt, coverage, verdict } = view;
    return {
      type: 'investigation.ended',
      timestamp: endedAt ?? new Date().toISOString(),
      data: {
        text: verdictLines(view, links.investigation).join('\n'),
        investigation: { id, title, runbook, state, reason, requestedBy, hosts, startedAt, endedAt },
        ...{ coverage, verdict, red, links },
      },
    };
  }

  forTest(): InvestigationNews {
    return {
      type: 'test',
      timestamp: new Date().toISOString(),
      data: {
        text: 'A test: messages of Fleetscope arrive here.',
        ...{ investigation: null, coverage: null, verdict: null, red: null, links: null },
      },
    };
  }
}
