export const HostPage = () => null;
