import { symbolName } from '../src';

/**
 * Version 0: examples in the manner of RFC 2603, read by `c++filt -s rust` of binutils 2.40, whose crate hashes (`[3c1c0]`)
 * and types of constants (`3: usize`) are left out here.
 */
const V0 = [
  ['_RNvCs1234_7mycrate3foo', 'mycrate::foo'],
  ['_RNvMs_NtCs1234_7mycrate3fooNtB4_3Foo3bar', '<mycrate::foo::Foo>::bar'],
  ['_RNvXCs1234_7mycrateNtB2_3FooNtNtCs5678_4core5clone5Clone5clone', '<mycrate::Foo as core::clone::Clone>::clone'],
  ['_RINvNtCs1234_7mycrate3foo3barjNtB4_3FooE', 'mycrate::foo::bar::<usize, mycrate::Foo>'],
  ['_RNCNCNgCs6DXkGYLi8lr_2cc5spawn00B5_', 'cc::spawn::{closure#0}::{closure#0}'],
  [
    '_RNCINkXs25_NgCsbmNqQUJIY6D_4core5sliceINyB9_4IterhENuNgNoBb_4iter8iterator8Iterator9rpositionNCNgNpB9_6memchr7memrchrs_0E0Bb_',
    '<core::slice::Iter<u8> as core::iter::iterator::Iterator>::rposition::<core::slice::memchr::memrchr::{closure#1}>::{closure#0}',
  ],
  [
    '_RINbNbCskIICzLVDPPb_5alloc5alloc8box_freeDINbNiB4_5boxed5FnBoxuEp6OutputuEL_ECs1iopQbuBiw2_3std',
    'alloc::alloc::box_free::<dyn alloc::boxed::FnBox<(), Output = ()>>',
  ],
  ['_RMCs4fqI2P2rA04_13const_genericINtB0_6SignedKanb_E', '<const_generic::Signed<-11>>'],
  ['_RMCs4fqI2P2rA04_13const_genericINtB0_4CharKc76_E', "<const_generic::Char<'v'>>"],
  ['_RNqCs4fqI2P2rA04_11utf8_identsu30____7hkackfecea1cbdathfdh9hlq6y', 'utf8_idents::საჭმელად_გემრიელი_სადილი'],
  ['_RINvCs1234_7mycrate4callFG_RL0_hEuE', "mycrate::call::<for<'a> fn(&'a u8)>"],
  ['_RINvCs1234_7mycrate4callFUKCjEhE', 'mycrate::call::<unsafe extern "C" fn(usize) -> u8>'],
  ['_RINvCs1234_7mycrate4callSRePhOmE', 'mycrate::call::<[&str], *const u8, *mut u32>'],
] as const;

describe('symbolName', () => {
  it('reads names that refer to themselves again and again in bounded time, and bounded', () => {
    // Each argument is twice the one before: 2^20 names, were nobody counting.
    const doubled = (times: number): string =>
      Array.from({ length: times }, (_, at) => `S${at === 0 ? '' : (at - 1).toString(36).toUpperCase()}_`).reduce(
        (text, one) => `${text}1b I${one}${one}E`.replace(' ', ''),
        '',
      );
    for (const hostile of [
      `_ZN1aI1bE${doubled(20)}E`,
      `_Z${'N'.repeat(4000)}`,
      `_Z1fI${'P'.repeat(4000)}iE`,
      `_Z1f${'I'.repeat(2000)}`,
    ])
      expect(symbolName(hostile).length).toBeLessThan(20_000);
  });

  it.each(V0)('reads %s', (mangled, name) => expect(symbolName(mangled)).toBe(name));

  it.each([
    // As perf 6.1 prints it, which demangles it as if it were C++.
    ['core::fmt::write::h0123456789abcdef', 'core::fmt::write'],
    ['<T as core::fmt::Debug>::fmt::h0123456789abcdef', '<T as core::fmt::Debug>::fmt'],
    [
      '_ZN71_$LT$Test$u20$$u2b$$u20$$u27$static$u20$as$u20$foo..Bar$LT$Test$GT$$GT$3bar17h0123456789abcdefE',
      "<Test + 'static as foo::Bar<Test>>::bar",
    ],
    ['_ZN4core3fmt5write17h0123456789abcdefE', 'core::fmt::write'],
    ['_ZN3foo3Bar3bazEi', 'foo::Bar::baz'],
    ['_ZNK3foo3Bar3getEv', 'foo::Bar::get'],
    ['_ZN3foo3BarC2Ev', 'foo::Bar::Bar'],
    ['_ZN3foo3BarD0Ev', 'foo::Bar::~Bar'],
    ['_ZN12_GLOBAL__N_14hideEv', '(anonymous namespace)::hide'],
    ['_Z4mainiPPc', 'main'],
    ['_ZSt9terminatev', 'std::terminate'],
    // Templates, operators and all else: symbols of libstdc++ 12, node 20 and libLLVM 19, as `c++filt -p` of binutils 2.40 reads them.
    ['_ZN3foo3barIiEEvT_', 'foo::bar<int>'],
    ['_ZplRK1AS1_', 'operator+'],
    [
      '_ZNSt6vectorIhSaIhEE17_M_realloc_insertIJhEEEvN9__gnu_cxx17__normal_iteratorIPhS1_EEDpOT_',
      'std::vector<unsigned char, std::allocator<unsigned char> >::_M_realloc_insert<unsigned char>',
    ],
    ['_ZNKSi6gcountEv', 'std::basic_istream<char, std::char_traits<char> >::gcount'],
    ['_ZNSt3_V214error_categoryD0Ev', 'std::_V2::error_category::~error_category'],
    ['_ZNSt12__basic_fileIcE4openEPKcSt13_Ios_Openmodei', 'std::__basic_file<char>::open'],
    [
      '_ZN4llvm10make_errorINS_11StringErrorEJRA19_KcSt10error_codeEEENS_5ErrorEDpOT0_',
      'llvm::make_error<llvm::StringError, char const (&) [19], std::error_code>',
    ],
    [
      '_ZN4node6crypto15PublicKeyCipher6CipherILNS1_9OperationE1EXadL_Z18EVP_PKEY_sign_initEEXadL_Z13EVP_PKEY_signEEEEvRKN2v820FunctionCallbackInfoINS4_5ValueEEE',
      'node::crypto::PublicKeyCipher::Cipher<(node::crypto::PublicKeyCipher::Operation)1, &EVP_PKEY_sign_init, &EVP_PKEY_sign>',
    ],
    [
      '_ZN4node4wasi4WASI12WasiFunctionIPFjRS1_NS0_10WasmMemoryEjjEXadL_ZNS1_12SockShutdownES3_S4_jjEEjJjjEE12SlowCallbackERKN2v820FunctionCallbackInfoINS8_5ValueEEE',
      'node::wasi::WASI::WasiFunction<unsigned int (*)(node::wasi::WASI&, node::wasi::WasmMemory, unsigned int, unsigned int), &node::wasi::WASI::SockShutdown, unsigned int, unsigned int, unsigned int>::SlowCallback',
    ],
    ['_ZN3foo3barEv.isra.0.cold', 'foo::bar [clone .isra.0.cold]'],
    // Ours alone: parameters are left out of enclosing functions and thunks, too.
    [
      '_ZZN4node16MaybeStackBufferI8uv_buf_tLm32EE25AllocateSufficientStorageEmE20error_and_abort_args',
      'node::MaybeStackBuffer<uv_buf_t, 32ul>::AllocateSufficientStorage::error_and_abort_args',
    ],
    ['_ZThn56_N4node6crypto7TLSWrapD1Ev', 'non-virtual thunk to node::crypto::TLSWrap::~TLSWrap'],
  ])('reads %s', (mangled, name) => expect(symbolName(mangled)).toBe(name));

  it.each([
    'main',
    '_start',
    // Expressions and decltype among the arguments of a template.
    '_ZN4llvm15callDefaultCtorINS_10LiveStacksETnNSt9enable_ifIXtlSt24is_default_constructibleIT_EEEbE4typeELb1EEEPNS_4PassEv',
    '_Z1fIDTplcvT__EcvT_cvT_EEvv',
    '_Z',
    '_ZN',
    '_ZN99999fooE',
    '_R',
    '_RNvC',
    '_RNvB_3foo',
    '_RNvNvB2_3foo3bar',
    `_R${'NvC3foo'.repeat(500)}`,
    `_R${'I'.repeat(3_000)}`,
    'operator new(unsigned long)',
    'runtime.mallocgc',
    'a::h0123',
  ])('leaves %s as it is', (symbol) => expect(symbolName(symbol)).toBe(symbol));

  it('does not hang on back references that multiply, nor on names of megabytes', () => {
    // Each argument names the type before it twice: 2^20 of them, were nobody counting.
    let doubled = '_RINvC1a1bT';
    let last = doubled.length - 2 - 1;
    doubled += 'jjE';
    for (let i = 0; i < 20; i++) {
      const here = doubled.length - 2;
      const back = `B${last === 0 ? '_' : `${base62(last - 1)}_`}`;
      doubled += `T${back}${back}E`;
      last = here;
    }
    expect(symbolName(`${doubled}E`)).toBe(`${doubled}E`);
    const long = `_ZN${'3foo'.repeat(3_000_000)}E`;
    expect(symbolName(long)).toBe(long);
  });
});

const base62 = (value: number): string => {
  const digits = '0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ';
  return value < 62 ? (digits[value] ?? '') : `${base62(Math.floor(value / 62))}${digits[value % 62]}`;
};
