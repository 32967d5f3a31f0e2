import { type InvestigationNews, type WebhookInput } from '@fleetscope/contracts';
import { Webhook } from 'standardwebhooks';

export interface Message {
  readonly body: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** A text of ours in a chat that reads Markdown: nobody is called, and nothing becomes a link, by what a host printed. */
const plain = (text: string): string => text.replace(/[\\`*_[\]<>~|#]/g, (c) => `\\${c}`).replace(/@/g, '@\u200b');

const linksOf = ({ data }: InvestigationNews): string =>
  data.links ? `[Investigation](${data.links.investigation}) · [Report](${data.links.report})` : '';

/** The first two lines, which are of the verdict; the third names the address that `links` has. */
const saidOf = ({ data: { text, red } }: InvestigationNews): string[] => [
  ...text
    .split('\n')
    .map((line) => plain(line.replace(/(; all of it|^All of it): \S+$/i, '')))
    .filter((line) => line !== ''),
  ...(red === null ? [] : [plain(red)]),
];

const mattermost = (news: InvestigationNews): object => ({
  username: 'Fleetscope',
  text: [...saidOf(news), linksOf(news)].filter((line) => line !== '').join('\n'),
});

/** A message of a Teams workflow: an adaptive card. */
const teams = (news: InvestigationNews): object => ({
  type: 'message',
  attachments: [
    {
      contentType: 'application/vnd.microsoft.card.adaptive',
      contentUrl: null,
      content: {
        $schema: 'http://adaptivecards.io/schemas/adaptive-card.json',
        type: 'AdaptiveCard',
        version: '1.4',
        body: saidOf(news).map((text, i) => ({
          ...{ type: 'TextBlock', text, wrap: true },
          ...(i === 0 ? { weight: 'bolder' } : {}),
        })),
        actions: news.data.links
          ? [
              { type: 'Action.OpenUrl', title: 'Investigation', url: news.data.links.investigation },
              { type: 'Action.OpenUrl', title: 'Report', url: news.data.links.report },
            ]
          : [],
      },
    },
  ],
});

/** The request for one delivery; `id` stays the same however often it is tried. */
export const messageOf = (
  format: WebhookInput['format'],
  news: InvestigationNews,
  { id, secret, now }: { id: string; secret: string | null; now: Date },
): Message => {
  const type = { 'content-type': 'application/json', 'user-agent': 'Fleetscope' };
  if (format !== 'standard')
    return { body: JSON.stringify(format === 'teams' ? teams(news) : mattermost(news)), headers: type };
  const body = JSON.stringify(news);
  return {
    body,
    headers: {
      ...type,
      'webhook-id': id,
      'webhook-timestamp': String(Math.floor(now.getTime() / 1000)),
      'webhook-signature': new Webhook(secret ?? '').sign(id, now, body),
    },
  };
};
