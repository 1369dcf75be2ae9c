import { expect, test } from '@playwright/test';
import { chooseDevice, graphicsAdapter } from '../../../../engine/device/devices.ts';

test('calls a driver of software by its name, and never takes it by itself', async () => {
  for (const variable of ['VK_ICD_FILENAMES', 'VK_DRIVER_FILES']) {
    for (const file of ['/x/vk_swiftshader_icd.json', '/usr/share/vulkan/icd.d/lvp_icd.x86_64.json']) {
      expect(graphicsAdapter({ [variable]: file })).toMatchObject({ isSoftware: true, isNvidia: false });
    }
  }
});

test('takes the processor without a trial, and says why', async () => {
  expect(await chooseDevice('cpu')).toEqual({ device: 'cpu', reason: 'asked for' });
  const small = await chooseDevice('auto', 3_000_000);
  expect(small).toEqual({ device: 'cpu', reason: 'the model is too small for a card to be quicker' });
});

test('refuses a device that is none, or whose provider is not installed, with the step that mends it', async () => {
  await expect(chooseDevice('tpu')).rejects.toMatchObject({
    code: 'E_DEVICE_UNAVAILABLE',
    remedy: 'Use one of auto, cpu, webgpu, cuda.',
  });
  test.skip(graphicsAdapter()?.isNvidia === true, 'this machine has a card for CUDA');
  await expect(chooseDevice('cuda')).rejects.toMatchObject({
    code: 'E_DEVICE_UNAVAILABLE',
    remedy: expect.stringContaining('onnxruntime-node/script/install'),
  });
});
