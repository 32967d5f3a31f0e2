import { type HostImportRequest, type HostImportResult } from '@fleetscope/contracts';
import { parseAnsibleIni } from './ansible-ini.inventory';
import { parseAnsibleYaml } from './ansible-yaml.inventory';
import { parseCsv } from './csv.inventory';
import { type Inventory } from './inventory';
import { parseSshConfig } from './ssh-config.inventory';

export type InventoryFormat = HostImportResult['format'];

const PARSERS: Record<InventoryFormat, (text: string) => Inventory> = {
  'ansible-ini': parseAnsibleIni,
  'ansible-yaml': parseAnsibleYaml,
  'ssh-config': parseSshConfig,
  csv: parseCsv,
};

/** By the file's name, then by what stands in it. */
export const detectFormat = (fileName: string, text: string): InventoryFormat => {
  if (/\.csv$/i.test(fileName)) return 'csv';
  if (/\.ya?ml$/i.test(fileName)) return 'ansible-yaml';
  if (/\.(ini|cfg)$/i.test(fileName)) return 'ansible-ini';
  const lines = text.split(/\r?\n/).filter((line) => line.trim() !== '' && !/^\s*[#;]/.test(line));
  const first = lines[0] ?? '';
  if (/ssh_?config$/i.test(fileName) || lines.some((line) => /^\s*host\s+\S/i.test(line) && !line.includes('=')))
    return 'ssh-config';
  if (/^\s*(---|[A-Za-z_][\w-]*:\s*$)/.test(first)) return 'ansible-yaml';
  if (/(^|,)\s*"?name"?\s*(,|$)/i.test(first)) return 'csv';
  return 'ansible-ini';
};

export const readInventory = (
  request: Pick<HostImportRequest, 'format' | 'fileName' | 'text'>,
): Inventory & { format: InventoryFormat } => {
  const format = request.format ?? detectFormat(request.fileName, request.text);
  return { format, ...PARSERS[format](request.text) };
};
