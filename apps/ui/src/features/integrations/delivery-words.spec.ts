import { type DeliveryView } from '@fleetscope/contracts';
import { deliveryWords } from './delivery-words';

const NOW = Date.parse('2026-11-22T12:00:00Z');
const delivery = (changes: Partial<DeliveryView>): DeliveryView => ({
  ...{ investigation: 'a', state: 'delivered', attempts: 1, nextAt: null, lastError: null },
  createdAt: '2026-11-22T11:00:00Z',
  ...changes,
});

describe('what became of a message', () => {
  it.each<[Partial<DeliveryView>, string]>([
    [{}, 'taken'],
    [{ attempts: 2 }, 'taken at the second try'],
    [{ attempts: 7 }, 'taken at the 7th try'],
    [{ state: 'given-up', attempts: 10 }, 'given up after 10 tries'],
    [{ state: 'waiting', attempts: 0, nextAt: '2026-11-22T12:00:05Z' }, 'waits to be sent'],
    [{ state: 'waiting', attempts: 1, nextAt: '2026-11-22T12:00:10Z' }, 'not taken yet, again in 10 s'],
    [{ state: 'waiting', attempts: 4, nextAt: '2026-11-22T12:10:00Z' }, 'not taken in 4 tries, again in 10 min'],
    [{ state: 'waiting', attempts: 4, nextAt: '2026-11-22T11:59:00Z' }, 'not taken in 4 tries, again now'],
  ])('%j is %s', (changes, words) => expect(deliveryWords(delivery(changes), NOW)).toBe(words));
});
