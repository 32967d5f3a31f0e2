import { config } from 'zod';

// zod compiles checks with `new Function` where it may; our content security policy forbids it, and already the attempt
// is reported as a violation. Imported before the first schema is made.
config({ jitless: true });
