/*
 * A lock token is a .NET Guid. As a delivery tag its first three groups are little-endian, as Guids are in memory; as a
 * uuid in a management request they are in network byte order.
 */

const swapByteOrder = (token: Buffer): Buffer => {
  const swapped = Buffer.from(token);
  swapped.subarray(0, 4).swap32();
  swapped.subarray(4, 8).swap16();
  return swapped;
};

export const uuidFromDeliveryTag = swapByteOrder;
export const deliveryTagFromUuid = swapByteOrder;
