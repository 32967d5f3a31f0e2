import { createContext, useContext } from 'react';

export const HelpContext = createContext<() => void>(() => undefined);

/** Shows the keys and signs, from anywhere. */
export const useHelp = (): (() => void) => useContext(HelpContext);
