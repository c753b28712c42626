import { apiError } from '../graphql/errors.ts';

export const unserved = (): never => {
  throw apiError('UNAVAILABLE', 'not served yet');
};
