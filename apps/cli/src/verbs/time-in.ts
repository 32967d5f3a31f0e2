import { EXIT } from '@fleetscope/contracts';
import { CliError } from '../cli-error';
import { safe } from '../output';

/** `90m`, `2h`, `1d`: as moments to come are said. */
export const timeIn = (text: string): string => {
  const [, number = '', unit = ''] = /^([0-9]{1,4})(m|h|d)$/.exec(text) ?? [];
  const minutes = { m: 1, h: 60, d: 1_440 }[unit];
  if (!minutes) throw new CliError(`--for ${safe(text)}: expected such as 90m, 2h or 1d`, EXIT.usage);
  return new Date(Date.now() + Number(number) * minutes * 60_000).toISOString();
};
