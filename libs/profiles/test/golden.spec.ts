import { fixture, fixtureNames, fold, folded } from './fixtures';

describe('golden: what every recording folds to', () => {
  for (const name of fixtureNames()) {
    it(name, () => {
      const result = fold(fixture(name));
      expect(result.issues).toEqual([]);
      expect(`${JSON.stringify([...result.events])} ${result.samples} samples\n${folded(result)}`).toMatchSnapshot();
    });
  }
});
