/** Makes numbered ids: "id-1", "id-2". */
export const countingIds = (prefix = "id"): (() => string) => {
  let count = 0;
  return () => {
    count += 1;
    return `${prefix}-${count}`;
  };
};
