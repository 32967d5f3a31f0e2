import { mayActAs, type SessionRole } from './roles';
import { useQuery } from '@tanstack/react-query';
import { client } from '../api/client';
import { meQuery } from '../api/queries';
import { queries } from './queries-client';

/** Whether the one who is logged in may do what needs this role; the server has the last word. */
export const useMay = (needed: SessionRole): boolean => {
  const { data } = useQuery(meQuery);
  return data !== undefined && mayActAs(data.role, needed);
};

/** Ends the session here and at the server. A full load forgets everything that was read with it. */
export const logOut = async (): Promise<void> => {
  await client.DELETE('/api/v1/session').catch(() => undefined);
  queries.clear();
  window.location.assign('/login');
};
