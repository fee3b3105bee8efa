/**
 * @peculiar/x509 finds its algorithms through tsyringe, which refuses to load without the
 * metadata functions of Reflect. None of its classes has constructor parameters, so there is no
 * metadata to find: two functions that find nothing are enough. Import this before x509.
 */
type MetadataReflect = typeof Reflect & {
  getMetadata?: () => undefined;
  getOwnMetadata?: () => undefined;
};

const reflect: MetadataReflect = Reflect;
reflect.getMetadata ??= () => undefined;
reflect.getOwnMetadata ??= () => undefined;
