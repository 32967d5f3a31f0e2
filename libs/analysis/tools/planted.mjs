// What record.mjs plants, and what the rules have to find in it. `setup` is done before, `plant` runs on meanwhile; both are
// sh in a directory of their own, with root, in fresh namespaces. Faults never name a rule's threshold: they are made as
// they happen, and the label says what is true of the host.
import { HEALTHY } from './planted/healthy.mjs';
import { MACHINE } from './planted/machine.mjs';
import { NETWORK } from './planted/network.mjs';

export const PLANTED = [...HEALTHY, ...NETWORK, ...MACHINE];
