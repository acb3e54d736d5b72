/*
 * A lock token is a .NET Guid. As a delivery tag its first three groups are in little-endian order, as Guids are in
 * memory; as a uuid in a management request they are in network order.
 */

const swapGroups = (token: Buffer): Buffer => {
  const swapped = Buffer.from(token);
  swapped.subarray(0, 4).swap32();
  swapped.subarray(4, 8).swap16();
  return swapped;
};

/** A delivery tag as the uuid that management requests name it by. */
export const uuidFromDeliveryTag = swapGroups;

/** A uuid from a management request as the delivery tag it stands for. */
export const deliveryTagFromUuid = swapGroups;
