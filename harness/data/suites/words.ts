/** Names, places and things that the generators of the suites draw from. People and places are invented or so common
 *  that they name nobody. */

export const FIRST_NAMES = [
  'Anna', 'Boris', 'Chidi', 'Dalia', 'Emil', 'Farah', 'Goran', 'Hana', 'Ivo', 'Jorge', 'Kemal', 'Lena', 'Mateo', 'Nadia',
  'Oskar', 'Priya', 'Rosa', 'Samir', 'Tomas', 'Uma', 'Vera', 'Wanda', 'Yusuf', 'Zoe',
] as const; // prettier-ignore

/** Towns on no map. */
export const TOWNS = [
  'Arlenholm', 'Bexwick', 'Corvale', 'Dunmarrow', 'Estermoor', 'Fallowby', 'Grenholt', 'Harrowfen', 'Istermouth', 'Jorvane',
  'Kelbrook', 'Lindermere', 'Marlowick', 'Northgarth', 'Oakenshaw', 'Pellmoor', 'Quernby', 'Rosthwick', 'Selbourne Cross',
  'Tarnford',
] as const; // prettier-ignore

export const ANIMALS = [
  'a grey cat',
  'an old dog',
  'two parrots',
  'a tortoise',
  'a rabbit',
  'three hens',
  'a goat',
  'a pony',
] as const;

export const COLOURS = [
  'red',
  'blue',
  'green',
  'yellow',
  'white',
  'brown',
  'orange',
  'purple',
  'grey',
  'black',
] as const;

export const WEEKDAYS = [
  'Monday',
  'Tuesday',
  'Wednesday',
  'Thursday',
  'Friday',
  'Saturday',
  'Sunday',
] as const;

export const INSTRUMENTS = [
  'violin',
  'trumpet',
  'piano',
  'cello',
  'flute',
  'guitar',
  'harp',
  'drum',
] as const;

export const TRADES = [
  'baker',
  'carpenter',
  'teacher',
  'gardener',
  'nurse',
  'tailor',
  'plumber',
  'librarian',
  'potter',
  'cook',
] as const;
