const NORTH_AMERICAN = /^\+1(\d{3})(\d{3})(\d{4})$/;

/** Groups the digits of a number in the form that its readers know; other numbers stay as they are. */
export const formatNumber = (number: string): string => number.replace(NORTH_AMERICAN, "+1 $1 $2 $3");
