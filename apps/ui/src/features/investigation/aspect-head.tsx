import { USE_ASPECTS } from './matrix';

/** The head of a table with a name in each row and the aspects across. */
export const AspectHead = () => (
  <thead>
    <tr>
      <td />
      {USE_ASPECTS.map((aspect) => (
        <th key={aspect} scope="col">
          {aspect}
        </th>
      ))}
    </tr>
  </thead>
);
