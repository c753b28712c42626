import { z } from 'zod';
import { idSchema } from '../kernel/text.ts';

/** How many values a list is narrowed by at most. */
export const FILTER_VALUES_MAX = 100;
export const bounded = z.array(z.any()).max(FILTER_VALUES_MAX).nullish();
/** Of symbols, venues, clients and strategies. */
export const ids = z.array(idSchema).max(FILTER_VALUES_MAX).nullish();
