import { type Observation } from '@fleetscope/contracts';

const shifted = (at: number | null, offsetMs: number): number | null => (at === null ? null : at - offsetMs);

/** Moments as the control plane's clock shows them, so that those of several hosts can stand beside each other. */
export const onOurClock = (observation: Observation, offsetMs: number): Observation => {
  switch (observation.kind) {
    case 'series':
      return { ...observation, times: observation.times.map((at) => shifted(at, offsetMs)) };
    case 'events':
      return {
        ...observation,
        events: observation.events.map((event) => ({ ...event, at: shifted(event.at, offsetMs) })),
      };
    case 'histogram':
      return observation.slices === undefined
        ? observation
        : {
            ...observation,
            slices: observation.slices.map((slice) => ({ ...slice, at: shifted(slice.at, offsetMs) })),
          };
    default:
      return observation;
  }
};
